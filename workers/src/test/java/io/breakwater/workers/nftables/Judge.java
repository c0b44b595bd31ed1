package io.breakwater.workers.nftables;

import java.util.List;

/** Who loads a ruleset into an empty firewall, takes frames through it and tells what it did. */
interface Judge {

  Outcome judge(String ruleset, List<byte[]> frames);
}
