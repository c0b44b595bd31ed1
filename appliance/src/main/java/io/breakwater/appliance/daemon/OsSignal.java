package io.breakwater.appliance.daemon;

import java.lang.reflect.Proxy;

/**
 * Handles a signal of the operating system in Java.
 *
 * <p>The JDK's only way is {@code sun.misc.Signal} of the supported module {@code jdk.unsupported}.
 * It is used by name, since the compiler's warning about it can't be silenced and our warnings are
 * errors.
 */
final class OsSignal {

  private OsSignal() {}

  /**
   * Runs {@code action} on a thread of the JVM each time the signal comes.
   *
   * @param name without {@code SIG}
   */
  static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              OsSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, arguments);
                }
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the signal can't be handled: signal=SIG" + name, e);
    }
  }
}
