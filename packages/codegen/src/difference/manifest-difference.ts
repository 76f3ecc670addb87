/** How a manifest file differs from what the source says. */
export interface ManifestDifference {
  /** `missing`: no file; `unreadable`: no manifest of this version; `stale`: another source; `format`: same content, other bytes. */
  readonly kind: 'missing' | 'unreadable' | 'stale' | 'format'
  /** By workflow; empty unless the file is a manifest that says something else. */
  readonly changes: readonly WorkflowChange[]
  /** The whole difference for people, without a newline at the end. */
  readonly text: string
}

/** What changed in one workflow. */
export interface WorkflowChange {
  /** `name`, or `name@version` where the version is not 1. */
  readonly workflow: string
  /** Of the source against the file: `added` is in the source alone. */
  readonly kind: 'added' | 'removed' | 'changed'
  /** One line each, such as `step charge: queue "default" → "payments"`. */
  readonly details: readonly string[]
}
