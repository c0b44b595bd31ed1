package io.breakwater.perf.generator;

/**
 * The Lua script that Pktgen runs: it obeys one line of Lua after another from standard input, and
 * answers each with a line on standard error, as standard output is its screen.
 *
 * <p>Pktgen could also listen for Lua on a TCP socket ({@code -g}). It would listen on every
 * address of the machine, whichever one it is told, and whoever connects can run what they like;
 * and its main thread would poll for keys instead of sleeping in a read.
 */
final class PktgenScript {

  /** Every answer starts with it. */
  static final String ANSWER = "breakwater: ";

  static final String OK = ANSWER + "ok ";

  static final String TEXT =
      """
      -- Breakwater steers Pktgen with this: one line of Lua on standard input, one line back.
      local port, index = "0", 0
      local out = io.stderr

      pktgen.screen("off")

      -- What 0.01 % of the link's speed is, in packets a second and in clock ticks for a burst of 32.
      function calibration()
        pktgen.set(port, "burst", 32)
        pktgen.set(port, "rate", 0.01)
        local debug = pktgen.portInfo(port)[index].info.tx_debug
        return debug.tx_pps .. " " .. debug.tx_cycles
      end

      -- Pktgen looks at the link only while it does not know how fast to send.
      function link()
        pktgen.set(port, "cycles", 0)
        return pktgen.linkState(port)[index]
      end

      -- A burst each so many clock ticks; packets = 0: until stop.
      function start(burst, cycles, packets)
        pktgen.set(port, "burst", burst)
        pktgen.set(port, "cycles", cycles)
        pktgen.set(port, "count", packets)
        pktgen.start(port)
      end

      -- A sender that could not keep its pace has bursts to catch up with, and goes on to count them
      -- while it stands still: with a slow pace it is through before it is started again.
      function stop(cycles)
        pktgen.stop(port)
        pktgen.set(port, "cycles", cycles)
      end

      function sending()
        return pktgen.isSending(port)[index]
      end

      function counters()
        local stats = pktgen.portStats(port, "port")[index]
        return stats.opackets .. " " .. stats.ipackets
      end

      out:write("breakwater: ok started\\n")
      for line in io.lines() do
        local chunk, problem = load(line)
        local done, result = false, problem
        if chunk then
          done, result = pcall(chunk)
        end
        out:write("breakwater: ", done and "ok " or "error ", tostring(result), "\\n")
      end
      pktgen.quit()
      """;

  private PktgenScript() {}
}
