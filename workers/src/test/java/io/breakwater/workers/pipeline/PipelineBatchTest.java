package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames of all kinds in one batch: none changes another's way. */
class PipelineBatchTest {

  private final PipelineBench bench = new PipelineBench();

  private static final int BATCH = 32;

  @Test
  void shouldTakeABatchOfAllRowsAsItTakesEach() {
    List<PipelineRow> all = new ArrayList<>(PipelineDropTest.rows());
    all.addAll(PipelineDeliveryTest.rows());
    all.addAll(PipelineAnswerTest.rows());
    all.removeIf(row -> row.port() != TestAppliance.UPLINK);
    for (int from = 0; from < all.size(); from += BATCH) {
      List<PipelineRow> rows = all.subList(from, Math.min(from + BATCH, all.size()));
      bench.process(
          TestAppliance.UPLINK, rows.stream().map(row -> row.in().bytes()).toArray(byte[][]::new));
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).checkPacket(bench, i);
      }
    }
    assertEquals(all.size(), bench.counters.received());
    assertEquals(all.size(), bench.allCounted());
  }
}
