package io.anyio.tls.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The configurations of TLS contexts; their factory PID is {@code io.anyio.tls.context}. */
@ObjectClassDefinition(name = "AnyIO TLS context",
        description = "Keys and trusted certificates under a name, for servers and clients")
public @interface TlsContextConfiguration {
    /**
     * The name of the context.
     *
     * @return the name; empty for the part of the PID after the {@code ~}
     */
    @AttributeDefinition(required = false, name = "Name",
            description = "What servers and clients mean by tls; empty for the part of the PID after the ~")
    String anyio_tls_name() default "";

    /**
     * The file with the keys and their certificates.
     *
     * @return the path; empty for no keys
     */
    @AttributeDefinition(required = false, name = "Key store",
            description = "The file with the keys and their certificates; empty for no keys")
    String keyStore() default "";

    /**
     * The format of the key store.
     *
     * @return a type that the JDK knows
     */
    @AttributeDefinition(required = false, name = "Key store: type", description = "Such as PKCS12 or JKS")
    String keyStoreType() default "PKCS12";

    /**
     * The password of the key store and of its keys.
     *
     * @return the password; empty for none, or for that of the file
     */
    @AttributeDefinition(required = false, name = "Key store: password", type = AttributeType.PASSWORD,
            description = "The password of the key store and of its keys")
    String keyStorePassword() default "";

    /**
     * The file with the password of the key store.
     *
     * @return the path; the end of its line is no part of the password
     */
    @AttributeDefinition(required = false, name = "Key store: file of the password",
            description = "A file with the password of the key store, instead of the password itself")
    String keyStorePasswordFile() default "";

    /**
     * The file with the certificates that are trusted.
     *
     * @return the path; empty for those that the JVM trusts
     */
    @AttributeDefinition(required = false, name = "Trust store",
            description = "The file with the trusted certificates; empty for those that the JVM trusts")
    String trustStore() default "";

    /**
     * The format of the trust store.
     *
     * @return a type that the JDK knows
     */
    @AttributeDefinition(required = false, name = "Trust store: type", description = "Such as PKCS12 or JKS")
    String trustStoreType() default "PKCS12";

    /**
     * The password of the trust store.
     *
     * @return the password; empty for none, or for that of the file
     */
    @AttributeDefinition(required = false, name = "Trust store: password", type = AttributeType.PASSWORD,
            description = "The password of the trust store")
    String trustStorePassword() default "";

    /**
     * The file with the password of the trust store.
     *
     * @return the path; the end of its line is no part of the password
     */
    @AttributeDefinition(required = false, name = "Trust store: file of the password",
            description = "A file with the password of the trust store, instead of the password itself")
    String trustStorePasswordFile() default "";

    /**
     * The versions of TLS.
     *
     * @return versions that the JDK supports; empty for those that it enables
     */
    @AttributeDefinition(required = false, name = "Protocols",
            description = "Such as TLSv1.3; empty for the versions that the JDK enables")
    String[] protocols() default {};

    /**
     * Whether a server requests the certificates of its clients.
     *
     * @return {@code none}, {@code wanted} or {@code needed}
     */
    @AttributeDefinition(required = false, name = "Client authentication",
            description = "Whether a server requests the certificates of its clients",
            options = {@Option(label = "none", value = "none"), @Option(label = "wanted", value = "wanted"),
                    @Option(label = "needed", value = "needed")})
    String clientAuthentication() default "none";
}
