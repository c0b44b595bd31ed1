package io.breakwater.dpdk;

/** Starts DPDK before anything else and prints why it can't. */
final class StartOnly {
  private StartOnly() {}

  public static void main(String[] arguments) {
    try {
      Eal.start(EalOptions.of("never", 32)).close();
      System.out.println("started");
    } catch (DpdkException e) {
      System.out.println(e.getMessage());
    }
  }
}
