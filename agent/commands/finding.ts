/** A finding of the doctor. */

export interface Finding {
  level: 'ok' | 'note' | 'warning' | 'failure';
  subject: string;
  what: string;
  /** What to do; '' when there is nothing to do. */
  next: string;
}

export function ok(subject: string, what: string): Finding {
  return { level: 'ok', subject, what: `${what}.`, next: '' };
}

export function failure(subject: string, what: string, next: string): Finding {
  return { level: 'failure', subject, what: what.endsWith('.') ? what : `${what}.`, next };
}
