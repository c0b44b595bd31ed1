/** The packet path: wire formats, tables, stages, pipeline and the worker's loop. */
module io.breakwater.workers {
  requires transitive io.breakwater.config;
  requires transitive io.breakwater.dpdk;
  requires java.management;

  exports io.breakwater.workers.firewall;
  exports io.breakwater.workers.packet;
  exports io.breakwater.workers.pipeline;
  exports io.breakwater.workers.pipeline.firewall;
  exports io.breakwater.workers.pipeline.protection;
  exports io.breakwater.workers.protection;
  exports io.breakwater.workers.stage;
  exports io.breakwater.workers.table;
  exports io.breakwater.workers.worker;
}
