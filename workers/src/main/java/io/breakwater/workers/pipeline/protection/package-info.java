/** Compiles tenants' {@code protection} into the tables of its stages. */
package io.breakwater.workers.pipeline.protection;
