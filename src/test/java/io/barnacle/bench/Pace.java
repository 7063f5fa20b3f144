package io.barnacle.bench;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Calls something at a steady rate from the calling thread; a call that comes late does not move the next ones. */
final class Pace {

  private Pace() {
  }

  /** Calls with 0, 1, … every so many microseconds for so many milliseconds. */
  static void every(long micros, long forMillis, IntConsumer call) {
    long start = System.nanoTime();
    int calls = (int) (forMillis * 1000 / micros);
    for (int turn = 0; turn < calls; turn++) {
      long due = start + turn * micros * 1000;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      call.accept(turn);
    }
  }
}
