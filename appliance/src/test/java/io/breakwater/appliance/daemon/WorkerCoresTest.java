package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerCoresTest {

  private static final Workers AUTO = new Workers(List.of());

  @Test
  void shouldTakeCoresOfConfiguration() {
    Workers workers = new Workers(List.of(3, 1));

    assertEquals(List.of(3, 1), WorkerCores.choose(workers, List.of(0, 1, 2, 3), List.of(2)));
    assertEquals(2, WorkerCores.countMax(workers, List.of(2)));
  }

  @Test
  void shouldRefuseCoreThatProcessMayNotUse() {
    CommandException e =
        assertThrows(
            CommandException.class,
            () -> WorkerCores.choose(new Workers(List.of(1, 9)), List.of(0, 1), List.of()));

    assertEquals(
        "workers.cores must be CPUs that this process may use: cores=[1, 9] allowed=[0, 1]",
        e.getMessage());
  }

  @Test
  void shouldTakeIsolatedCoresThatAreAllowedOrElseTheLast() {
    assertEquals(List.of(2, 3), WorkerCores.choose(AUTO, List.of(0, 2, 3), List.of(1, 2, 3)));
    assertEquals(List.of(3), WorkerCores.choose(AUTO, List.of(0, 2, 3), List.of()));
    assertEquals(1, WorkerCores.countMax(AUTO, List.of()));
  }
}
