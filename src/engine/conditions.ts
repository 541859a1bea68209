/** Something an operator should know of, as long as it lasts. */
export interface Condition {
  /** Names it, so that it is told once: `lag-60m`. */
  readonly key: string;
  /** What is wrong, and what to do. No person. */
  readonly text: string;
}

/** What has begun and what is over since the last look. */
export interface ConditionChange {
  readonly raised: readonly Condition[];
  readonly cleared: readonly Condition[];
}

/** Remembers which conditions have been told, so that each is told once and again when it is over. */
export class Conditions {
  #active = new Map<string, Condition>();

  update(present: readonly Condition[]): ConditionChange {
    const before = this.#active;
    this.#active = new Map(present.map((condition) => [condition.key, condition]));
    return {
      raised: present.filter(({ key }) => !before.has(key)),
      cleared: [...before.values()].filter(({ key }) => !this.#active.has(key)),
    };
  }
}
