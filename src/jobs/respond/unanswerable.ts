/** A command that is not carried out. `message`: why, a clause. */
export class Unanswerable extends Error {
  override readonly name = 'Unanswerable';
}
