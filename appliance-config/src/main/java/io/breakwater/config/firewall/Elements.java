package io.breakwater.config.firewall;

/** The values of a set: of one field ({@link Intervals}) or of a concatenation ({@link Boxes}). */
public sealed interface Elements extends Values permits Intervals, Boxes {

  int count();
}
