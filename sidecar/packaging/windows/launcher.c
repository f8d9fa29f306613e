/*
 * The programs of the Windows package. Both run the sidecar's commands with the deno.exe beside
 * them; the rest of the command line goes to the command as it is.
 *
 *   obs-telemetry.exe              in a terminal: `obs-telemetry dock`
 *   OBS Telemetry Bridge.exe       without a window (WINDOWLESS): no argument is `start`
 *
 * The installer calls the second one with --stop-for-update, --start-again and --before-removal.
 */
#include <windows.h>
#include <tlhelp32.h>
#include <stdio.h>
#include <wchar.h>
#include "deno_flags.h" /* DENO_FLAGS: what stands between deno.exe and main.js */

/* CreateProcessW takes 32,767 characters at most, with the end mark. */
#define MOST_CHARS 32767
#define STOP_MS 30000
#define END_MS 5000
/* A start that fails does so at once; one that goes on is left to itself. */
#define START_MS 5000
/* Exit codes of the sidecar's commands (sidecar/cli/arguments.ts). */
#define EXIT_CANNOT_RUN 2
#define EXIT_ALREADY_RUNNING 3

static wchar_t folder[MOST_CHARS];
static wchar_t deno[MOST_CHARS];

static BOOL append(wchar_t *text, const wchar_t *more)
{
    if (wcslen(text) + wcslen(more) >= MOST_CHARS)
        return FALSE;
    wcscat(text, more);
    return TRUE;
}

/* Fills in where this program lies; FALSE if that is too long. */
static BOOL find_folder(void)
{
    DWORD length = GetModuleFileNameW(NULL, folder, MOST_CHARS);
    wchar_t *end;

    if (length == 0 || length >= MOST_CHARS)
        return FALSE;
    /* Processes are compared by their long names. */
    length = GetLongPathNameW(folder, deno, MOST_CHARS);
    if (length > 0 && length < MOST_CHARS)
        wcscpy(folder, deno);
    end = wcsrchr(folder, L'\\');
    if (end == NULL)
        return FALSE;
    *end = L'\0';
    deno[0] = L'\0';
    return append(deno, folder) && append(deno, L"\\deno.exe");
}

/* What stands behind the program's own name on the command line. */
static const wchar_t *arguments(void)
{
    const wchar_t *rest = GetCommandLineW();
    BOOL quoted = FALSE;

    while (*rest != L'\0' && (quoted || (*rest != L' ' && *rest != L'\t'))) {
        if (*rest == L'"')
            quoted = !quoted;
        rest++;
    }
    while (*rest == L' ' || *rest == L'\t')
        rest++;
    return rest;
}

/* The sidecar starts helpers as `deno`; Deno keeps its own caches apart from other Denos'. */
static void set_environment(void)
{
    static wchar_t value[MOST_CHARS], old[MOST_CHARS];
    const wchar_t *quote = wcschr(folder, L';') == NULL ? L"" : L"\"";
    DWORD length = GetEnvironmentVariableW(L"PATH", old, MOST_CHARS);

    value[0] = L'\0';
    if (length < MOST_CHARS && append(value, quote) && append(value, folder) &&
        append(value, quote) && (length == 0 || (append(value, L";") && append(value, old))))
        SetEnvironmentVariableW(L"PATH", value);
    value[0] = L'\0';
    length = GetEnvironmentVariableW(L"LOCALAPPDATA", old, MOST_CHARS);
    if (length > 0 && length < MOST_CHARS && append(value, old) &&
        append(value, L"\\OBSTelemetryBridge\\deno"))
        SetEnvironmentVariableW(L"DENO_DIR", value);
    SetEnvironmentVariableW(L"DENO_NO_UPDATE_CHECK", L"1");
    /* Set by npm and by `deno task`; here paths count from the current folder. */
    SetEnvironmentVariableW(L"INIT_CWD", NULL);
}

/* Starts a command of the sidecar; NULL if that fails. */
static HANDLE start(const wchar_t *command, DWORD flags)
{
    static wchar_t line[MOST_CHARS];
    STARTUPINFOW startup = { .cb = sizeof startup };
    PROCESS_INFORMATION process;

    line[0] = L'\0';
    if (!append(line, L"\"") || !append(line, deno) || !append(line, L"\" " DENO_FLAGS L" \"") ||
        !append(line, folder) || !append(line, L"\\sidecar\\dist\\main.js\" ") ||
        !append(line, command))
        return NULL;
    if (!CreateProcessW(deno, line, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &process))
        return NULL;
    CloseHandle(process.hThread);
    return process.hProcess;
}

/* Waits for a process; its exit code, or STILL_ACTIVE after that time. */
static DWORD exit_code(HANDLE process, DWORD milliseconds)
{
    DWORD code = STILL_ACTIVE;

    if (WaitForSingleObject(process, milliseconds) == WAIT_OBJECT_0)
        GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return code;
}

#ifdef WINDOWLESS

static DWORD run_hidden(const wchar_t *command, DWORD milliseconds)
{
    HANDLE process = start(command, CREATE_NO_WINDOW);

    return process == NULL ? EXIT_CANNOT_RUN : exit_code(process, milliseconds);
}

static void say(const wchar_t *text)
{
    MessageBoxW(NULL, text, L"OBS Telemetry Bridge", MB_OK | MB_ICONWARNING);
}

/* Ends what runs with this package's deno.exe and did not end by itself: files in use stay. */
static void end_leftovers(void)
{
    static wchar_t path[MOST_CHARS];
    PROCESSENTRY32W entry = { .dwSize = sizeof entry };
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    BOOL more;

    if (list == INVALID_HANDLE_VALUE)
        return;
    for (more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry)) {
        DWORD length = MOST_CHARS;
        HANDLE process;

        if (_wcsicmp(entry.szExeFile, L"deno.exe") != 0)
            continue;
        process = OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE,
                              FALSE, entry.th32ProcessID);
        if (process == NULL)
            continue;
        if (QueryFullProcessImageNameW(process, 0, path, &length) && _wcsicmp(path, deno) == 0 &&
            TerminateProcess(process, 1))
            WaitForSingleObject(process, END_MS);
        CloseHandle(process);
    }
    CloseHandle(list);
}

/* A file that says, across an update, that a sidecar ran before. FALSE if there is no place. */
static BOOL mark_path(wchar_t *path)
{
    DWORD length = GetTempPathW(MOST_CHARS, path);

    return length > 0 && length < MOST_CHARS && append(path, L"obs-telemetry-bridge.was-running");
}

static int stop_for_update(void)
{
    static wchar_t path[MOST_CHARS];

    if (run_hidden(L"stop", STOP_MS) == 0 && mark_path(path))
        CloseHandle(CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                                FILE_ATTRIBUTE_NORMAL, NULL));
    end_leftovers();
    return 0;
}

static int start_again(void)
{
    static wchar_t path[MOST_CHARS];
    HANDLE process;

    if (!mark_path(path) || !DeleteFileW(path))
        return 0;
    process = start(L"start", CREATE_NO_WINDOW);
    if (process != NULL)
        CloseHandle(process);
    return 0;
}

static int before_removal(void)
{
    run_hidden(L"stop", STOP_MS);
    /* A start at login that the user chose later than at the installation. */
    run_hidden(L"autostart off", STOP_MS);
    end_leftovers();
    return 0;
}

/* Whether the first word, which may stand in quotes, is `start`. */
static BOOL is_start(const wchar_t *command)
{
    const wchar_t *word = *command == L'"' ? L"\"start\"" : L"start";
    const wchar_t end = wcsncmp(command, word, wcslen(word)) == 0 ? command[wcslen(word)] : L'?';

    return end == L'\0' || end == L' ' || end == L'\t';
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR line, int show)
{
    const wchar_t *command = arguments();
    DWORD code;

    (void)instance, (void)previous, (void)line, (void)show;
    if (!find_folder())
        return EXIT_CANNOT_RUN;
    set_environment();
    if (wcscmp(command, L"--stop-for-update") == 0)
        return stop_for_update();
    if (wcscmp(command, L"--start-again") == 0)
        return start_again();
    if (wcscmp(command, L"--before-removal") == 0)
        return before_removal();
    if (*command == L'\0')
        command = L"start";
    if (!is_start(command))
        return (int)run_hidden(command, INFINITE);
    code = run_hidden(command, START_MS);
    if (code == STILL_ACTIVE)
        return 0;
    if (code != 0 && code != EXIT_ALREADY_RUNNING)
        say(L"It could not start. To see why, open a terminal in its folder and run:\n\n"
            L".\\obs-telemetry start");
    return (int)code;
}

#else

/* Ctrl-C is the command's to answer; this program waits for its end. */
static BOOL WINAPI leave_to_command(DWORD event)
{
    return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
}

/* Started by a double click, the window would close before anything is read. */
static void keep_window_open(void)
{
    static const wchar_t text[] = L"\nPress Enter to close this window.";
    DWORD processes[2], done;
    wchar_t key;

    if (GetConsoleProcessList(processes, 2) != 1)
        return;
    WriteConsoleW(GetStdHandle(STD_OUTPUT_HANDLE), text, sizeof text / sizeof *text - 1, &done,
                  NULL);
    ReadConsoleW(GetStdHandle(STD_INPUT_HANDLE), &key, 1, &done, NULL);
}

int wmain(void)
{
    HANDLE process;
    DWORD code = EXIT_CANNOT_RUN;

    if (find_folder()) {
        set_environment();
        SetConsoleCtrlHandler(leave_to_command, TRUE);
        process = start(arguments(), 0);
        if (process != NULL)
            code = exit_code(process, INFINITE);
        else
            fputws(L"Cannot start the deno.exe beside this program: unpack all files again.\n",
                   stderr);
    }
    keep_window_open();
    return (int)code;
}

#endif
