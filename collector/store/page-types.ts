/** A page of a long list. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
