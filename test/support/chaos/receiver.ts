/**
 * Plays the pager: a Standard Webhooks endpoint per receiver that writes down what it is told, in order, and
 * does what receivers do on a bad day: answers 503, or takes a notification and drops the connection.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Told {
  receiver: string;
  notificationId: string;
  event: string;
  /** The same for every notification of one alert. */
  dedupKey: string;
  rule: string;
  subject: string;
}

const SECRET = `whsec_${Buffer.from('chaos has a secret of 32 bytes!!').toString('base64')}`;

export class Receiver {
  readonly secret = SECRET;
  readonly told: Told[] = [];
  readonly complaints: string[] = [];
  /** Share of the requests answered 503 without being taken down. */
  refusing = 0.04;
  /** Share of the requests taken down and then left without an answer. */
  dropping = 0.02;
  readonly #server: Server;

  private constructor(random: () => number) {
    const webhook = new Webhook(SECRET);
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const receiver = request.url!.slice(1);
        if (random() < this.refusing) {
          response.writeHead(503).end();
          return;
        }
        try {
          const headers = request.headers as Record<string, string>;
          const body = Buffer.concat(chunks).toString('utf8');
          this.#take(receiver, headers['webhook-id']!, webhook.verify(body, headers) as Body);
        } catch (error) {
          this.complaints.push(String(error));
          response.writeHead(400).end();
          return;
        }
        if (random() < this.dropping) request.socket.destroy();
        else response.writeHead(204).end();
      });
    });
  }

  static async start(random: () => number): Promise<Receiver> {
    const receiver = new Receiver(random);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  url(receiver: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${receiver}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(receiver: string, notificationId: string, { type, data }: Body): void {
    this.told.push({
      receiver,
      notificationId,
      event: type,
      dedupKey: data.dedupKey,
      rule: data.rule,
      subject: data.subject,
    });
  }
}

interface Body {
  type: string;
  data: { dedupKey: string; rule: string; subject: string };
}
