# The app on workerd as Cloudflare runs it: a module worker that gets no Node
# modules (no nodejs_compat), and only the network of this machine.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "app", worker = .app),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "app"),
  ],
);

const app :Workerd.Worker = (
  modules = [(name = "app.mjs", esModule = embed "on-workerd.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "STREAMS_URL", fromEnvironment = "STREAMS_URL"),
    (name = "DIRECTOR_URL", fromEnvironment = "DIRECTOR_URL"),
  ],
  globalOutbound = "loopback",
);
