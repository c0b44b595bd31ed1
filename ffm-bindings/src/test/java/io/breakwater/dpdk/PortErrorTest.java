package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PortErrorTest {
  private static final PortOptions OPTIONS = PortOptions.of(Dpdk.POOL);

  @BeforeEach
  void theLogShouldBeAboutThisTest() {
    Dpdk.EAL.takeLog();
  }

  @AfterEach
  void allPacketsShouldBeBackInThePool() {
    assertEquals(0, Dpdk.POOL.inUse());
  }

  private static DpdkException refused(String device, PortOptions options) {
    return assertThrows(DpdkException.class, () -> Port.open(device, options));
  }

  @Test
  void shouldSayThatThereIsNoSuchDriver() {
    String message = refused("net_nothing0,a=b", OPTIONS).getMessage();

    assertTrue(message.startsWith("rte_eal_hotplug_add failed: "), message);
    assertTrue(message.contains("device=net_nothing0,a=b"), message);
    assertTrue(message.contains("check the driver's name and arguments"), message);
  }

  @Test
  void shouldSayThatThereIsNoSuchPciDevice() {
    assertEquals(
        "rte_eth_dev_get_port_by_name failed: No such device (errno=19): device=0000:ff:1f.7; bind"
            + " the device to vfio-pci (dpdk-devbind.py --status lists devices) and name it when"
            + " DPDK starts",
        refused("0000:ff:1f.7", OPTIONS).getMessage());
  }

  @Test
  void shouldAddTheDomainToAShortPciAddress() {
    assertTrue(refused("ff:1f.7", OPTIONS).getMessage().contains(": device=0000:ff:1f.7; "));
  }

  @Test
  void shouldNameDriverWantedAndAvailableWhenThereAreTooFewQueues() {
    PortLimits limits = Port.probe("net_null1");
    int wanted = limits.rxQueuesMax() + 1;

    assertEquals(
        "the device has not as many receive queues: device=net_null1 driver=net_null wanted="
            + wanted
            + " available="
            + limits.rxQueuesMax()
            + "; use fewer workers, or a device with more queues",
        refused("net_null1", OPTIONS.withQueues(wanted)).getMessage());
  }

  @Test
  void shouldRefuseAnMtuThatTheDeviceDoesNotDo() {
    String message = refused("net_null2", OPTIONS.withMtuBytes(20)).getMessage();

    assertTrue(
        message.startsWith(
            "the device does not do this MTU: device=net_null2 driver=net_null wanted=20"
                + " available="),
        message);
  }

  @Test
  void shouldRefuseDescriptorsThatDoNotFit16Bits() {
    assertEquals(
        "descriptors must be 1..65535: rxDescriptors=65536",
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withDescriptors(65_536, 1024))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> OPTIONS.withDescriptors(1024, 0));
  }

  @Test
  void shouldRefuseToOpenADeviceThatIsOpenAndLeaveItWorking() {
    try (Port port = Port.open("net_null5", OPTIONS)) {
      port.start();
      assertEquals(
          "the device is open already: device=net_null5; give each port its own",
          refused("net_null5", OPTIONS).getMessage());
      PacketBurst burst = new PacketBurst(32);
      assertEquals(32, port.rxQueue(0).receive(burst));
      Dpdk.POOL.free(burst, 0, 32);
    }
  }

  @Test
  void shouldOpenADeviceAgainAfterAFailureAndAfterClosing() {
    refused("net_null3", OPTIONS.withQueues(0));
    for (int i = 0; i < 3; i++) {
      Port port = Port.open("net_null3", OPTIONS);
      port.start();
      assertThrows(IllegalStateException.class, port::start);
      port.close();
      port.close();
      assertThrows(IllegalStateException.class, port::start);
    }
  }
}
