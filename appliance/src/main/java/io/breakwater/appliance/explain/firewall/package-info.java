/**
 * A packet's way through a tenant's firewall, rule by rule, walked over the configuration's model:
 * a second implementation, which is slow and can say why.
 */
package io.breakwater.appliance.explain.firewall;
