package io.anyio.itest.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.spi.error.Report;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The walls of the house: which room may look into which, and which doors there are to the threads and sockets below.
 */
class WallsTest {
    private static final String[] EVERYWHERE = {"io.anyio.api..", "java..", "javax..", "org.osgi..",
            "org.jspecify.annotations.."};

    private static final Pattern BUNDLES = Pattern.compile("io\\.anyio\\.(api|impl|net|tls)(\\..*)?");

    private static JavaClasses house;

    @BeforeAll
    static void look() {
        house = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/io/anyio/itest/"))
                .importPackages("io.anyio");
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().assignedFrom(new Packages()).should().beFreeOfCycles());
    }

    @Test
    void theApiStandsAlone() {
        check(room("io.anyio.api..").mayUse());
    }

    @Test
    void onlyOneRoomOfTheApiNeedsAFramework() {
        check(noClasses().that().resideInAPackage("io.anyio.api..").and()
                .resideOutsideOfPackage("io.anyio.api.spi.osgi..").should().dependOnClassesThat(ofTheFramework()));
    }

    @Test
    void netAndTlsSeeOnlyTheApi() {
        check(room("io.anyio.net..").mayUse());
        check(room("io.anyio.tls..").mayUse());
    }

    @Test
    void theFacadeIsForUsersOnly() {
        check(classes().that().resideInAPackage("io.anyio.api").should()
                .haveNameMatching("io\\.anyio\\.api\\.(AnyIO(\\$.*)?|package-info)"));
        check(noClasses().that().resideOutsideOfPackages("io.anyio.api", "io.anyio.demo..", "io.anyio.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.anyio.api"));
    }

    /** The tables of docs/architecture.md are complete, and their rows stand in an order that leads downwards only. */
    @Test
    void roomsStandOnWhatTheArchitectureSays() throws IOException {
        assertEquals(Set.of("io.anyio.impl", "io.anyio.net"), Rooms.bundles());
        for (String bundle : Rooms.bundles()) {
            assertEquals(String.join("\n", Rooms.told(bundle)), String.join("\n", Rooms.real(house, bundle)),
                    "The table of " + bundle + " in docs/architecture.md is not what its classes have");
        }
    }

    @Test
    void onlyOneRoomKnowsTheFlightRecorder() {
        check(room("io.anyio.impl.jfr..").mayUse("jdk.jfr.."));
        check(noClasses().that().resideOutsideOfPackage("io.anyio.impl.jfr..").should()
                .dependOnClassesThat().resideInAPackage("jdk.jfr.."));
    }

    /** Within a room, too, no arrow runs back up: its files can be read from the first to the last. */
    @Test
    void classesOfARoomFormNoCycle() {
        Map<String, String> cycles = new TreeMap<>();
        house.stream().map(JavaClass::getPackageName).filter(room -> BUNDLES.matcher(room).matches()).distinct()
                .forEach(room -> {
                    EvaluationResult result = slices().assignedFrom(new TopLevelClasses(room)).should().beFreeOfCycles()
                            .allowEmptyShould(true).evaluate(house);
                    if (result.hasViolation()) {
                        cycles.put(room, result.getFailureReport().toString());
                    }
                });
        assertEquals("", String.join("\n", cycles.values()), "Classes of a room need each other");
    }

    @Test
    void primitivesStandOnTheParkingCoreAndNeverOnTheLoop() {
        check(room("io.anyio.impl.sync..").mayUse("io.anyio.impl.link..", "io.anyio.impl.park..",
                "io.anyio.impl.spin.."));
        check(room("io.anyio.impl.stream..").mayUse("io.anyio.impl.link..", "io.anyio.impl.park..",
                "io.anyio.impl.spin..", "io.anyio.impl.task.."));
    }

    /** Java cannot make a default method final, so that this is where it is held. */
    @Test @Proves("TA-13")
    void providersChangeTheirMapOfAttributesAndNotTheLookup() {
        check(methods().that().haveName("attribute").and().areDeclaredInClassesThat()
                .areAssignableTo(TypedAttributeProvider.class).should().beDeclaredIn(TypedAttributeProvider.class));
    }

    @Test
    void onlyOneRoomKnowsTheFramework() {
        check(noClasses().that().resideInAPackage("io.anyio.impl..").and()
                .resideOutsideOfPackage("io.anyio.impl.osgi..").should().dependOnClassesThat(ofTheFramework()));
    }

    private static DescribedPredicate<JavaClass> ofTheFramework() {
        return describe("are of the framework or of Declarative Services at run time",
                c -> c.getPackageName().startsWith("org.osgi.") && !c.getPackageName().contains("annotation"));
    }

    @Test
    void onlyTheLoopParksAndOnlyItsPollerSelects() {
        check(noClasses().that().resideOutsideOfPackage("io.anyio.impl.loop..").should()
                .accessTargetWhere(target(LockSupport.class, "park")));
        check(noClasses().that().resideOutsideOfPackage("io.anyio.impl.poll..").should()
                .accessTargetWhere(target(Selector.class, "select")));
        check(noClasses().that()
                .resideOutsideOfPackages("io.anyio.impl.poll..", "io.anyio.impl.loop..", "io.anyio.impl.channel..",
                        "io.anyio.impl.watch..")
                .should().dependOnClassesThat(describe("poll", c -> c.getPackageName().equals("io.anyio.impl.poll")
                        && !c.getSimpleName().equals("Descriptors"))));
    }

    /** A log may throw: only what catches that may ask it. */
    @Test
    void onlyOneClassKnowsTheLog() {
        check(noClasses()
                .that().areNotAssignableTo(Report.class).and().resideOutsideOfPackages("io.anyio.demo..",
                        "io.anyio.app..", "io.anyio.testing..", "io.anyio.bench..", "io.anyio.proof..")
                .should().dependOnClassesThat().areAssignableTo(System.Logger.class));
    }

    @Test
    void nothingOutlivesItsBundle() {
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class));
        check(noClasses().should().accessTargetWhere(target(ForkJoinPool.class, "commonPool").or(onTheCommonPool())));
        check(noClasses().that().resideOutsideOfPackage("io.anyio.demo..").should()
                .accessTargetWhere(target(Runtime.class, "addShutdownHook")));
    }

    /** CompletableFuture's methods that take no executor run on the common pool. */
    private static DescribedPredicate<JavaAccess<?>> onTheCommonPool() {
        return describe("CompletableFuture runs on the common pool",
                access -> access.getTargetOwner().isEquivalentTo(CompletableFuture.class)
                        && access.getName().endsWith("Async")
                        && access.getTarget().resolveMember().filter(JavaCodeUnit.class::isInstance)
                                .map(JavaCodeUnit.class::cast)
                                .filter(m -> m.getRawParameterTypes().stream()
                                        .noneMatch(p -> p.isEquivalentTo(Executor.class)))
                                .isPresent());
    }

    private static DescribedPredicate<JavaAccess<?>> target(Class<?> owner, String name) {
        return describe(owner.getSimpleName() + "." + name + "*",
                access -> access.getTargetOwner().isAssignableTo(owner)
                        && nameStartingWith(name).test(access.getTarget()));
    }

    private static Room room(String packages) {
        return new Room(packages);
    }

    /** Packages that see the API, what every room may see, and little else. */
    private record Room(String packages) {
        ArchRule mayUse(String... others) {
            String[] visible = Stream.of(EVERYWHERE, new String[]{packages}, others).flatMap(Arrays::stream)
                    .toArray(String[]::new);
            return classes().that().resideInAPackage(packages).should().onlyDependOnClassesThat()
                    .resideInAnyPackage(visible);
        }
    }

    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }

    /** The classes of one package, each with its nested classes. */
    private record TopLevelClasses(String room) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().equals(room)
                    ? SliceIdentifier.of(type.getFullName().split("\\$", 2)[0])
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "classes of " + room;
        }
    }

    /** A rule about a room that is not there fails, as ArchUnit has it. */
    private static void check(ArchRule rule) {
        rule.check(house);
    }
}
