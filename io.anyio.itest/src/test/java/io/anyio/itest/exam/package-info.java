/**
 * Runs JUnit Jupiter classes inside an OSGi framework that Pax Exam forks.
 *
 * <p>Outside, {@link io.anyio.itest.exam.PaxExamEngine} takes the classes annotated with
 * {@link io.anyio.itest.exam.PaxExam} from the Jupiter engine, boots a framework for each, and lets the probe bundle
 * run the whole class in one launcher execution. What the probe's launcher reports travels over a loopback socket and
 * is replayed as it happens, so that every kind of Jupiter test is forwarded: none is run outside.
 */
package io.anyio.itest.exam;
