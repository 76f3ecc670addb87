/** What a subscription needs of the payment service and of the post. */
export interface Billing {
  /**
   * Charges once for a key.
   *
   * @throws ApplicationError `CardDeclined`.
   */
  charge(customer: string, cents: number, key: string): Promise<void>
  /** Tells the customer something. */
  tell(customer: string, what: string): Promise<void>
}
