// The calls of test_flows.py with the client of orval.
import {
  createConnection,
  createEnvironment,
  createOverride,
  createProject,
  getConnection,
  getEffectiveConnection,
  listConnections,
  replaceConnection,
  replaceOverride,
  type ListConnectionsParams,
  type NewConnection,
  type SecretReference,
  type WarehouseProperties,
} from "../../../.clients/orval";
import { main, present } from "./facts";

function basic(name: string, secretName: string): NewConnection {
  return {
    name,
    platformConnectionType: "COMPONENT_BASIC",
    authProvider: "NONE",
    authType: "GENERIC_SECRET",
    connectionDetails: { connectionProperties: { secretName } },
  };
}

/** Return the body of a response with the expected status. */
function data<R extends { status: number; data: unknown }, S extends R["status"]>(
  response: R,
  status: S,
): Extract<R, { status: S }>["data"] {
  if (response.status !== status) throw new Error(JSON.stringify(response));
  return response.data;
}

main(async (apiUrl, token) => {
  // The client sends paths: it is meant for pages of the API's own origin.
  const send = globalThis.fetch;
  globalThis.fetch = (url, init) =>
    send(`${apiUrl}${String(url)}`, { ...init, headers: { ...init?.headers, Authorization: `Bearer ${token}` } });
  const facts: Record<string, unknown> = {};

  const refused = await createProject({ name: " Analytics" });
  if (refused.status === 201 || refused.data.type !== "/v1/problems/invalid-request")
    throw new Error(JSON.stringify(refused.data));
  facts.invalid = refused.data.errors.map((error) => [error.in, error.pointer, error.code]);

  const { projectId } = data(await createProject({ name: "Analytics" }), 201);
  for (const body of [{ name: "PROD", protected: true, inheritDefaults: false }, { name: "TEST" }])
    await createEnvironment(projectId, body);
  const warehouse: NewConnection = {
    name: "Warehouse",
    platformConnectionType: "DWH",
    authProvider: "snowflake",
    authType: "KEY_PAIR",
  };
  for (const body of [basic("Marketo", "dev-marketo"), basic("Salesforce", "dev-salesforce"), warehouse])
    await createConnection(projectId, body);

  const connectionOverrides: SecretReference = {
    secretsLocation: { type: "AWS_SECRET_MANAGER", region: "us-east-1" },
    connectionProperties: { secretName: "prod-salesforce", secretKey: "apiKey" },
  };
  const create = (environmentName: string) =>
    createOverride(projectId, {
      authType: "GENERIC_SECRET",
      environmentName,
      connectionName: "Salesforce",
      connectionOverrides,
    });
  const first = await create("PROD");
  for (const refusal of [await create("PROD"), await create("TEST")]) {
    const problem = data(refusal, 409);
    switch (problem.type) {
      case "/v1/problems/override-already-exists":
        facts.again = problem.type;
        break;
      case "/v1/problems/shared-secret-reference":
        facts.shared = problem.dependents.map((one) => [one.kind, one.environmentName, one.connectionName]);
        break;
    }
  }

  const replace = () =>
    replaceOverride(projectId, "PROD", "Salesforce", { authType: "GENERIC_SECRET", connectionOverrides }, undefined, {
      headers: { "If-Match": present(first.headers.get("ETag")) },
    });
  const replaced = data(await replace(), 200);
  const stale = data(await replace(), 412);
  facts.stale = [replaced.revision, stale.type];

  const list = async (params: ListConnectionsParams) => data(await listConnections(projectId, params), 200);
  const page = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: present(page.nextCursor) });
  const named = await list({ connectionNames: ["Warehouse", "Salesforce"] });
  facts.lists = [page, rest, named].map((part) => part.results.map((one) => one.name));

  const connectionProperties: WarehouseProperties = {
    account: { value: "acme-dev" },
    privateKey: { secretName: "dev-warehouse", secretKey: "key" },
  };
  await replaceConnection(projectId, "Warehouse", { connectionDetails: { connectionProperties } });
  const read = data(await getConnection(projectId, "Warehouse"), 200);
  const written = data(await replaceConnection(projectId, "Warehouse", read), 200);
  facts.warehouse = [written.revision, written.connectionDetails?.connectionProperties];

  const effective = data(await getEffectiveConnection(projectId, "PROD", "Salesforce", { explain: true }), 200);
  facts.effective = [effective.source, present(effective.trace).map((step) => [step.question, step.finding])];
  return facts;
});
