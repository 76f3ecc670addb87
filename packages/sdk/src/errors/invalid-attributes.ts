import { BatonError } from './baton-error.ts'

/** Search attributes that the workflow does not declare, or whose values are not of the declared type; nothing was written. */
export class InvalidAttributes extends BatonError {
  static override readonly kind = 'InvalidAttributes'
  /** What is wrong, one entry an attribute. */
  readonly issues: readonly { readonly attribute: string; readonly message: string }[]

  constructor(workflow: string, issues: readonly { readonly attribute: string; readonly message: string }[]) {
    const text = issues.map(({ attribute, message }) => `'${attribute}' ${message}`).join('; ')
    super('InvalidAttributes', `These search attributes do not fit workflow '${workflow}': ${text}. Nothing was written.`)
    this.issues = issues
  }
}
