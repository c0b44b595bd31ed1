package io.breakwater.appliance.mitigation;

/** Numbers of IANA's registry of protocols that the detector asks for. */
final class Protocols {

  static final int TCP = 6;
  static final int UDP = 17;

  private Protocols() {}
}
