package io.breakwater.workers.nftables;

import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.*;
import java.nio.file.Path;
import java.util.*;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {
  @TempDir Path directory;

  @Test
  void shouldLoad() {
    int n = Integer.getInteger("n", Integer.parseInt(System.getenv().getOrDefault("N", "300")));
    long seed = Long.parseLong(System.getenv().getOrDefault("SEED", "1"));
    long refused = 0, ours = 0, rules = 0, hit = 0, forwarded = 0, dropped = 0, frames = 0;
    long kernelNs = 0, makeNs = 0;
    Map<String, Integer> why = new TreeMap<>();
    try (Kernel kernel = Kernel.start(directory).get()) {
      for (int i = 0; i < n; i++) {
        long t0 = System.nanoTime();
        Experiment e = Experiment.random(seed + i, 500);
        long t1 = System.nanoTime();
        Outcome o = kernel.judge(e.ruleset(), e.frames());
        kernelNs += System.nanoTime() - t1;
        makeNs += t1 - t0;
        Problems problems = new Problems();
        var firewall =
            FirewallReader.read(e.ruleset(), Position.startOf(Path.of("x.nft")), problems);
        if (firewall.isEmpty() != o.isRefused()) {
          ours++;
          if (ours < 10)
            System.out.println(
                "DIFF acceptance: " + o.refusal() + " / " + problems.all() + "\n" + e.ruleset());
        }
        if (o.isRefused()) {
          refused++;
          why.merge(o.refusal().replaceAll("[0-9]+", "N").strip(), 1, Integer::sum);
          continue;
        }
        rules += o.rules().size();
        hit += o.rulesHit();
        forwarded += o.count("forwarded");
        dropped += o.count("dropped");
        frames += 500;
      }
    }
    why.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(12)
        .forEach(System.out::println);
    System.out.printf(
        "rulesets %d refused %d acceptance-differs %d rules %d hit %.3f forwarded %.3f dropped %.3f kernel ms %.2f make ms %.2f%n",
        n,
        refused,
        ours,
        rules,
        hit / (double) rules,
        forwarded / (double) frames,
        dropped / (double) frames,
        kernelNs / 1e6 / n,
        makeNs / 1e6 / n);
  }
}
