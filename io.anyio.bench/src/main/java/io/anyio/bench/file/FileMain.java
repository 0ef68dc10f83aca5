package io.anyio.bench.file;

import io.anyio.api.AnyIO;
import io.anyio.bench.process.Jvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * The process that copies: {@code FileMain <backend> <directory> <MiB> <rounds> <seconds of warm-up>}. In each round
 * each copier has its turn. Prints a line with the names and the seconds of all of them, and ends together with its
 * standard input.
 */
public final class FileMain {
    private static final int SMALL_MEBIBYTES = 4;

    private final String backend;
    private final Path from;
    private final Path to;

    private FileMain(String backend, Path directory) {
        this.backend = backend;
        this.from = directory.resolve("from");
        this.to = directory.resolve("to");
    }

    /** Copies. */
    public static void main(String[] args) throws IOException {
        Jvm.endWithInput();
        Path directory = Files.createTempDirectory(Path.of(args[1]), "bench");
        FileMain copies = new FileMain(args[0], directory);
        try {
            copies.warmUp((long) (Double.parseDouble(args[4]) * 1e9));
            System.out.println("copied" + copies.rounds(Integer.parseInt(args[2]), Integer.parseInt(args[3])));
        } finally {
            Files.deleteIfExists(copies.to);
            Files.deleteIfExists(copies.from);
            Files.delete(directory);
        }
    }

    /** A large file needs few calls, which would be interpreted. */
    private void warmUp(long nanos) throws IOException {
        fill(SMALL_MEBIBYTES);
        long end = System.nanoTime() + nanos;
        do {
            for (Copier copier : Copier.values()) {
                seconds(copier);
            }
        } while (System.nanoTime() < end);
    }

    private String rounds(int mebibytes, int rounds) throws IOException {
        fill(mebibytes);
        Copier[] copiers = Copier.values();
        StringBuilder line = new StringBuilder();
        for (int round = 0; round < rounds; round++) {
            // what a copy leaves to the system costs the next one time, so each comes at each place
            for (int turn = 0; turn < copiers.length; turn++) {
                Copier copier = copiers[(turn + round) % copiers.length];
                line.append(' ').append(copier).append(' ').append(seconds(copier));
            }
        }
        return line.toString();
    }

    private void fill(int mebibytes) throws IOException {
        byte[] block = new byte[1 << 20];
        Random random = new Random(7);
        try (OutputStream out = Files.newOutputStream(from)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    private double seconds(Copier copier) throws IOException {
        double seconds = AnyIO.call(() -> {
            long begin = System.nanoTime();
            copier.copy(from, to);
            return (System.nanoTime() - begin) / 1e9;
        }, options -> options.backend(backend));
        if (Files.mismatch(from, to) >= 0) {
            throw new AssertionError(copier + " copies other bytes");
        }
        // what was not yet written to the disk need not be
        Files.delete(to);
        return seconds;
    }
}
