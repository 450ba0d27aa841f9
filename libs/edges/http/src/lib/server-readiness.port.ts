/** Whether the server should be sent work: its default model has answered a warm-up and it is not stopping. */
export abstract class ServerReadiness {
  abstract isReady(): boolean;
}
