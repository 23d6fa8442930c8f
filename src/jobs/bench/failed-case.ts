/** A case that could not be measured. */
export interface FailedCase {
  /** Full name, `bench sort`. */
  readonly case: string;
  /** One line without a full stop. */
  readonly message: string;
  /** The last lines of output, inert; may be empty. */
  readonly output: string;
}
