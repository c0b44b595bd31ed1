/** A tenant's {@code protection}: the model, which readers fill and the packet path compiles. */
package io.breakwater.config.protection;
