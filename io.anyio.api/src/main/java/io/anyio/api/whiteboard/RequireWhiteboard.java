package io.anyio.api.whiteboard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/** Lets a bundle resolve only if another bundle provides the whiteboard. */
@Requirement(namespace = "osgi.implementation", name = Whiteboard.IMPLEMENTATION, version = Whiteboard.VERSION)
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
public @interface RequireWhiteboard {}
