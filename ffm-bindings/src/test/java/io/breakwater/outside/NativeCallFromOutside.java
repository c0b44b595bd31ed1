package io.breakwater.outside;

import io.breakwater.dpdk.CpuAffinity;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Calls native code through the bindings, which is allowed, and then directly, which is not. */
public final class NativeCallFromOutside {
  private NativeCallFromOutside() {}

  /** Prints what happened to each call. */
  public static void main(String[] arguments) {
    System.out.println("through the bindings: " + !CpuAffinity.current().isEmpty());
    Linker linker = Linker.nativeLinker();
    try {
      linker.downcallHandle(
          linker.defaultLookup().findOrThrow("getpid"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT));
      System.out.println("directly: allowed");
    } catch (IllegalCallerException e) {
      System.out.println("directly: denied");
    }
  }
}
