package io.breakwater.appliance;

/**
 * Adds a subcommand to {@code breakwater}, found by {@link java.util.ServiceLoader}: so the perf
 * module's {@code demo} and {@code bench} stand beside the appliance's own commands without the
 * appliance depending on them.
 */
public interface CommandProvider {

  /** A new object whose class carries picocli's {@code @Command} with the subcommand's name. */
  Object command();
}
