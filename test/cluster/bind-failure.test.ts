import { expect } from "chai";
import { bindFailure } from "../../cluster/bind-failure.ts";

const role = { address: "10.0.0.1:7411" };

function told(error: object, own: { readonly interface?: string } = {}): unknown {
  const found = bindFailure(Object.assign(new Error("as it is"), error), { ...role, ...own });
  return found instanceof Error ? found.message : found;
}

describe("an error at the start of a role", () => {
  it("names the socket that it is about, be it the own one or that of the group", () => {
    const own = { code: "EADDRINUSE", syscall: "listen", address: "0.0.0.0", port: 7411 };
    expect(told(own)).to.equal("cannot listen on 0.0.0.0:7411: EADDRINUSE");
    const group = { code: "EADDRINUSE", syscall: "bind", address: "239.255.77.77", port: 7400 };
    expect(told(group)).to.equal("cannot listen on 239.255.77.77:7400: EADDRINUSE");
  });

  it("names the interface that does not reach the group", () => {
    const error = { code: "ENODEV", syscall: "addMembership" };
    expect(told(error)).to.include("multicast group from 10.0.0.1: ENODEV").and.include("--interface");
    expect(told(error, { interface: "10.0.0.7" })).to.include("from 10.0.0.7");
  });

  it("stays as it is when it is about no port: a file, or the lock of a directory", () => {
    expect(told({ code: "EACCES", syscall: "open", path: "/data" })).to.equal("as it is");
    expect(told({ code: "EACCES", syscall: "listen", address: "/tmp/name", port: -1 })).to.equal("as it is");
    expect(bindFailure(undefined, role)).to.equal(undefined);
  });
});
