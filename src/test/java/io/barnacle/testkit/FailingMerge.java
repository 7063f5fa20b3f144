package io.barnacle.testkit;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.services.ManagedService;
import com.hazelcast.spi.impl.NodeEngine;
import com.hazelcast.spi.impl.servicemanager.impl.ServiceManagerImpl;
import java.util.Properties;

/**
 * Has the merges of a Hazelcast instance fail: one of its services does not begin anew, as a merge asks of each. Hazelcast
 * then says that the merge has failed, and leaves the instance running outside of any cluster.
 */
public final class FailingMerge {

  private FailingMerge() {
  }

  /** The next merge of the instance will fail. */
  public static void prepare(HazelcastInstance instance) {
    ((ServiceManagerImpl) nodeOf(instance).getNodeEngine().getServiceManager())
        .registerService("broken", new BrokenService());
  }

  /** Begins a merge, which fails; what Hazelcast throws then is the service's own. */
  public static void run(HazelcastInstance instance) {
    prepare(instance);
    try {
      nodeOf(instance).getClusterService().merge(nodeOf(instance).getThisAddress());
    } catch (BrokenService.DoesNotBeginAnew expected) {
      return;
    }
    throw new IllegalStateException("the merge did not fail");
  }

  private static com.hazelcast.instance.impl.Node nodeOf(HazelcastInstance instance) {
    return ((HazelcastInstanceProxy) instance).getOriginal().node;
  }

  private static final class BrokenService implements ManagedService {

    private static final class DoesNotBeginAnew extends RuntimeException {
      DoesNotBeginAnew() {
        super("this service does not begin anew");
      }
    }

    @Override
    public void init(NodeEngine engine, Properties properties) {
      // There is nothing to set up.
    }

    @Override
    public void reset() {
      throw new DoesNotBeginAnew();
    }

    @Override
    public void shutdown(boolean terminate) {
      // There is nothing to close.
    }
  }
}
