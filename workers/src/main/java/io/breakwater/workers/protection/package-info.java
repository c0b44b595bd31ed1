/**
 * What is done about attacks: cookies, verified sources, signatures, rates, TCP states. Its stages
 * are in {@code workers.stage}; docs/decisions/0014-mitigation.md says how they stand together.
 */
package io.breakwater.workers.protection;
