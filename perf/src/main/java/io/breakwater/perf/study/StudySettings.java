package io.breakwater.perf.study;

import io.breakwater.perf.generator.GeneratorChoice;

/**
 * What the command line says about all studies.
 *
 * @param core of the packet path
 * @param otherCore of a generator, of the reloads, of whatever stands beside the packet path
 * @param seconds measured time of a round or trial
 * @param rounds of each side, or repetitions of each trial
 * @param generator for those that need one
 */
public record StudySettings(
    int core, int otherCore, double seconds, int rounds, GeneratorChoice generator) {}
