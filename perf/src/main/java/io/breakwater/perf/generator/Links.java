package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.MacAddress;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a {@link Link} of what {@code --link} says.
 *
 * <ul>
 *   <li>{@code memif}: two {@code net_memif} devices that share two rings of 4,096 slots, as many
 *       as the appliance's receive ring has on a NIC. The appliance is the server, so generators
 *       may come and go. Each side copies every packet it sends or receives; frames of up to 1,514
 *       bytes. (DPDK, "Memif Poll Mode Driver".)
 *   <li>{@code virtio-user}: {@code net_vhost} is the appliance's side, so generators may come and
 *       go here, too; {@code net_virtio_user}, the generator's, shares its memory with it. That
 *       works with ordinary pages, which are one file then; hugepages are one file each unless
 *       {@code --single-file-segments} says otherwise, and vhost takes eight at most. (DPDK,
 *       "Virtio_user for Container Networking".)
 *   <li>{@code APPLIANCE,GENERATOR}: the PCI addresses of two NICs that are wired to each other and
 *       bound to vfio-pci.
 * </ul>
 */
public final class Links {

  private static final String PCI = "(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]";
  private static final Pattern TWO_PCI_ADDRESSES = Pattern.compile("(" + PCI + "),(" + PCI + ")");

  private static final String MEMIF = "memif";
  private static final int RING_LOG2 = 12;

  /** A queue of {@code net_virtio_user} has 1,024 slots at most. */
  private static final int VIRTIO_SLOTS = 1_024;

  private static final int MEMIF_MTU_BYTES = 1_500;
  private static final int MTU_BYTES_MAX = 9_000;
  private static final List<String> NO_PCI = List.of("--no-pci");

  private Links() {}

  /** With the Ethernet addresses of a {@link Workload}'s frames, where we can choose. */
  static Link of(String word, Path folder) throws InterruptedException {
    return of(word, folder, Workload.OWN_MAC);
  }

  /**
   * @param word as on the command line
   * @param folder where sockets are put
   * @param applianceMac Ethernet address of the appliance's port; only {@code memif} lets us choose
   *     another than {@link Workload#OWN_MAC}
   * @throws CommandException (wrong input) if there is no such link, or it cannot be here
   */
  static Link of(String word, Path folder, long applianceMac) throws InterruptedException {
    if (applianceMac != Workload.OWN_MAC && !word.equals(MEMIF)) {
      throw CommandException.wrongInput(
          "this needs a link whose Ethernet addresses we choose: link=%s; use --link memif"
              .formatted(word));
    }
    return switch (word) {
      case MEMIF -> memif(folder.resolve("memif.sock"), applianceMac);
      case "virtio-user" -> virtioUser(folder.resolve("vhost.sock"));
      default -> {
        Matcher pci = TWO_PCI_ADDRESSES.matcher(word);
        if (!pci.matches()) {
          throw CommandException.wrongInput(
              "no such link: link=%s; there are memif, virtio-user, and two PCI addresses such as 0000:3b:00.0,0000:3b:00.1"
                  .formatted(word));
        }
        yield pci(full(pci.group(1)), full(pci.group(2)));
      }
    };
  }

  /**
   * A generator's end that leads nowhere: {@code net_null} takes every packet at once, and gives
   * none. It shows what the generator can do by itself.
   */
  public static Link nowhere() {
    return new Link(
        "",
        "net_null0,no-rx=1",
        false,
        NO_PCI,
        Workload.OWN_MAC,
        Workload.ROUTER_MAC,
        MTU_BYTES_MAX);
  }

  private static Link memif(Path socket, long applianceMac) {
    String common = "socket=%s,socket-abstract=no,rsize=%d".formatted(socket, RING_LOG2);
    return new Link(
        "net_memif0,role=server,%s,mac=%s".formatted(common, new MacAddress(applianceMac)),
        "net_memif0,role=client,%s,mac=%s".formatted(common, new MacAddress(Workload.ROUTER_MAC)),
        false,
        NO_PCI,
        applianceMac,
        Workload.ROUTER_MAC,
        MEMIF_MTU_BYTES);
  }

  /** The appliance's address is known when it runs: {@code net_vhost} makes up its own. */
  private static Link virtioUser(Path socket) {
    return new Link(
        "net_vhost0,iface=" + socket,
        "net_virtio_user0,path=%s,queue_size=%d,mac=%s"
            .formatted(socket, VIRTIO_SLOTS, new MacAddress(Workload.ROUTER_MAC)),
        false,
        List.of("--no-pci", "--no-huge"),
        Workload.OWN_MAC,
        Workload.ROUTER_MAC,
        MTU_BYTES_MAX);
  }

  private static Link pci(String appliance, String generator) throws InterruptedException {
    if (appliance.equals(generator)) {
      throw CommandException.wrongInput("a link needs two NICs: link=" + appliance + " twice");
    }
    LinkProbe.Nic near = LinkProbe.run(appliance);
    LinkProbe.Nic far = LinkProbe.run(generator);
    return new Link(
        appliance,
        generator,
        true,
        List.of(),
        near.mac(),
        far.mac(),
        Math.min(MTU_BYTES_MAX, Math.min(near.mtuBytesMax(), far.mtuBytesMax())));
  }

  /** DPDK names PCI devices with their domain. */
  private static String full(String address) {
    return address.length() == "3b:00.0".length() ? "0000:" + address : address;
  }
}
