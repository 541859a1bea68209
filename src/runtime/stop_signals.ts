/** How something that runs for long is ended: first asked, then made to. */
export interface StopSignals {
  /** Aborts when nothing new may begin. */
  readonly stop: AbortSignal;
  /** Aborts when what is in flight has to be let go as well. Follows `stop`. */
  readonly abort: AbortSignal;
}
