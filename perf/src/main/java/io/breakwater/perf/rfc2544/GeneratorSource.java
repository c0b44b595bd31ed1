package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.Generator;

/** Starts a generator, also a second one when the first was lost. */
@FunctionalInterface
interface GeneratorSource {

  Generator start() throws InterruptedException;
}
