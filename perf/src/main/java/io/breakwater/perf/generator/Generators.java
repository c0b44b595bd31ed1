package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import io.breakwater.perf.traffic.TrafficProfile;

/** Starts the generator that was chosen. */
public final class Generators {

  private Generators() {}

  /**
   * Starts a generator; it stands still until its first trial.
   *
   * @param link whose far end is up: {@link TestBed#link}
   * @param core CPU on which it polls
   * @throws CommandException (wrong input) if there is no such generator, or it cannot do this
   */
  public static Generator start(GeneratorChoice choice, TrafficProfile profile, Link link, int core)
      throws InterruptedException {
    return switch (choice.kind()) {
      case BUILTIN -> BuiltinGenerator.start(profile, link, core);
      case PKTGEN, TESTPMD ->
          throw CommandException.wrongInput("no such generator: generator=" + choice.kind());
    };
  }
}
