package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.TrafficClass;
import java.util.Locale;

/** An attack on one class of a tenant's traffic, while it lasts. Control thread only. */
final class OngoingAttack {

  final String id;
  final TrafficClass traffic;
  final int startSecond;
  final SourceEstimate sources = new SourceEstimate();

  long peakPerSecond;
  long packets;
  int searches;
  int nextSearchSecond;
  int nextUpdateSecond;

  /** What was said last of what it looks like. */
  String vector;

  OngoingAttack(String id, TrafficClass traffic, int second) {
    this.id = id;
    this.traffic = traffic;
    this.startSecond = second;
    this.nextSearchSecond = second;
    this.vector = traffic.name().toLowerCase(Locale.ROOT);
  }
}
