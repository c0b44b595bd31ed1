/** The packet path: wire formats, tables, stages, pipeline and the worker's loop. */
module io.breakwater.workers {
  requires transitive io.breakwater.config;
  requires transitive io.breakwater.dpdk;

  exports io.breakwater.workers.packet;
}
