package io.anyio.bench.echo;

import io.anyio.bench.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares what each server reaches for its CPU time, as a ratio to a peer in the same run, with the ratios that a file
 * has from the last release. So the machine matters little, and a change that costs a tenth is seen.
 */
public final class Guard {
    /** The share of the former ratio from which on nothing is said. */
    private static final double ENOUGH = 0.9;

    private final Path file;

    /** A guard with the ratios of this file, whose lines have a server, a case and a ratio, parted by tabs. */
    public Guard(Path file) {
        this.file = file;
    }

    /**
     * One ratio.
     *
     * @param former of the last release, NaN if there is none
     */
    public record Compared(String cell, double former, double ratio) {
        boolean isLost() {
            return ratio < ENOUGH * former;
        }
    }

    /** All ratios. */
    public record Report(List<Compared> compared) {
        /** The table: one row for each server and case. */
        public String describe() {
            Table table = new Table("", "per cpu", "last release", "");
            for (Compared one : compared) {
                table.add(one.cell, Table.number(one.ratio, 2), Table.number(one.former, 2),
                        one.isLost() ? "LOST" : "");
            }
            return table.toString();
        }

        /** The cells that are slower than before by more than a tenth. */
        public List<String> lost() {
            return compared.stream().filter(Compared::isLost).map(Compared::cell).toList();
        }
    }

    /**
     * Compares.
     *
     * @throws IOException if a ratio of the last release was not measured, or there is none for one that was
     */
    public Report compare(List<EchoResult> results) throws IOException {
        Map<String, Double> former = Files.readAllLines(file).stream()
                .map(line -> line.split("\t"))
                .collect(Collectors.toMap(Guard::cell, fields -> Double.valueOf(fields[2])));
        Map<String, Double> ratios = ratios(results);
        if (!ratios.keySet().equals(former.keySet())) {
            throw new IOException("%s has %s, and %s were measured: -Dbench.guard=record writes the file"
                    .formatted(file, new TreeMap<>(former).keySet(), ratios.keySet()));
        }
        List<Compared> compared = new ArrayList<>();
        ratios.forEach((cell, ratio) -> compared.add(new Compared(cell, former.getOrDefault(cell, Double.NaN), ratio)));
        return new Report(compared);
    }

    /** Writes the file. */
    public void record(List<EchoResult> results) throws IOException {
        Files.write(file, ratios(results).entrySet().stream()
                .map(cell -> "%s\t%.2f".formatted(cell.getKey(), cell.getValue())).toList());
    }

    private static String cell(String[] fields) {
        return String.join("\t", Arrays.copyOf(fields, 2));
    }

    /** All but those of the peer itself. */
    private static Map<String, Double> ratios(List<EchoResult> results) {
        Map<String, Double> ratios = new TreeMap<>();
        for (EchoResult result : results) {
            for (EchoResult.ServerResult server : result.servers()) {
                if (!server.server().equals(result.baseline())) {
                    ratios.put(cell(new String[]{server.server(), result.load().toString()}), server.cpuRatio());
                }
            }
        }
        return ratios;
    }
}
