package io.barnacle.strategy.epmd;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it was asked. */
final class Asked implements Requests.Receiver {

  final List<Object> requests = new ArrayList<>();

  @Override
  public void alive(Entry entry) {
    requests.add(entry);
  }

  @Override
  public void portPlease(String name) {
    requests.add(name);
  }

  @Override
  public void names() {
    requests.add("(names)");
  }
}
