/**
 * Finds attacks on tenants, says what they look like, and keeps the rules that drop them. All of it
 * on the control thread; time is an argument.
 */
package io.breakwater.appliance.mitigation;
