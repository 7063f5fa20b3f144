package io.barnacle.canary;

/**
 * What came of asking a member.
 *
 * @param host where its event bus says that it listens, null if that is not known
 * @param port likewise, 0 if that is not known
 * @param detail what was seen, for people
 */
record Finding(Kind kind, String host, int port, String detail) {

  enum Kind {
    /** It has answered. */
    ANSWERED,
    /** It has no canary, or has none any more. */
    NO_CANARY,
    /** The cluster does not say where to ask: the engine is being replaced, or the member has only just come. */
    NOT_KNOWN,
    /** There was no connection to where it says that it listens. */
    NOT_CONNECTED,
    /** There was one, and no answer. */
    SILENT;

    /** Whether that is a failure of the event bus. */
    boolean isFailure() {
      return this == NOT_CONNECTED || this == SILENT;
    }
  }
}
