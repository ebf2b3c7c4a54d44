import { App } from "./app.js";
import { registerOffline } from "./offline.js";

const app = new App();
await app.start();
registerOffline();
