-- Neovim without a screen: opens a chart, sees a diagnostic, completes, renames, applies a fix.
-- The working folder is the chart, and the init file that of docs/editors.md. It prints "ok" last, or an error and leaves
-- with 1.

local chart = vim.fn.getcwd()
local client

local function fail(text)
  io.stderr:write(text .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, holds)
  if not vim.wait(30000, holds, 20) then
    fail("waited in vain for " .. what)
  end
end

local function open(file)
  vim.cmd("edit " .. chart .. "/" .. file)
  wait("the server", function()
    return #vim.lsp.get_active_clients() > 0
  end)
  client = vim.lsp.get_active_clients()[1].id
  return vim.api.nvim_get_current_buf()
end

local function ask(buffer, method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 30000)
  local answer = answers and answers[client]
  if not answer or answer.err then
    fail(method .. ": " .. vim.inspect(answers))
  end
  return answer.result
end

local function apply(edit)
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
end

local function line_of(buffer, text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      return number, column
    end
  end
  fail("no line with " .. text)
end

-- The diagnostic.
local buffer = open("templates/deployment.yaml")
wait("a diagnostic", function()
  return #vim.diagnostic.get(buffer) > 0
end)
local found = vim.diagnostic.get(buffer)[1]
if found.code ~= "schema/wrong-type" or found.lnum ~= 5 then
  fail("another diagnostic: " .. vim.inspect(found))
end

-- Completion of a value.
local text = vim.lsp.util.make_text_document_params(buffer)
local line, column = line_of(buffer, ".Values.name")
local items = ask(buffer, "textDocument/completion", {
  textDocument = text,
  position = { line = line - 1, character = column + #".Values." - 1 },
}).items
local labels = vim.tbl_map(function(item)
  return item.label
end, items)
table.sort(labels)
if table.concat(labels, " ") ~= "name replicas" then
  fail("other completions: " .. table.concat(labels, " "))
end

-- Another name for a key, in all files.
apply(ask(buffer, "textDocument/rename", {
  textDocument = text,
  position = { line = line - 1, character = column + #".Values." },
  newName = "title",
}))
line_of(buffer, ".Values.title")
local values = open("values.yaml")
line_of(values, "title: web")

-- A fix.
vim.api.nvim_set_current_buf(buffer)
line, column = line_of(buffer, "imagePullPolcy")
wait("the misspelt field", function()
  return #vim.diagnostic.get(buffer, { lnum = line - 1 }) > 0
end)
local position = { line = line - 1, character = column }
local actions = ask(buffer, "textDocument/codeAction", {
  textDocument = text,
  range = { start = position, ["end"] = position },
  context = { diagnostics = {} },
})
for _, action in ipairs(actions) do
  if action.isPreferred then
    apply(action.edit)
  end
end
line_of(buffer, "imagePullPolicy")
wait("the end of the diagnostic", function()
  return #vim.diagnostic.get(buffer, { lnum = line - 1 }) == 0
end)

vim.lsp.stop_client(client)
print("ok")
vim.cmd("qall!")
