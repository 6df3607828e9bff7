// Sockets of the real socket.io-client, driven by lines of JSON: commands on stdin, what happens on stdout.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const sockets = new Map();
const say = (fact) => process.stdout.write(JSON.stringify(fact) + "\n");

const commands = {
  connect({ id, url, options }) {
    const socket = io(url, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options });
    sockets.set(id, socket);
    socket.on("connect", () => say({ id, is: "connect", transport: socket.io.engine.transport.name }));
    socket.on("connect_error", (error) => say({ id, is: "connect_error", message: error.message, data: error.data ?? null }));
    socket.on("disconnect", (reason) => say({ id, is: "disconnect", reason }));
    socket.io.engine?.on("upgrade", (transport) => say({ id, is: "upgrade", transport: transport.name }));
    socket.onAny((event, ...args) => say({ id, is: "event", event, args }));
  },
  emit({ id, n, event, args }) {
    sockets.get(id).timeout(10000).emit(event, ...args, (error, ...answer) => say({ n, error: error?.message ?? null, answer }));
  },
  tell({ id, event, args }) {
    sockets.get(id).emit(event, ...args);
  },
  close({ id }) {
    sockets.get(id).close();
  },
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.op](command);
  })
  .on("close", () => process.exit(0));
