"""argosy completion"""

from __future__ import annotations

import click

from argosy.cli.command import verb

BASH = """\
_argosy() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case ${line%%,*} in
        plain) COMPREPLY+=("${line#*,}") ;;
        file) compopt -o default ;;
        dir) compopt -o dirnames ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _ARGOSY_COMPLETE=bash_complete argosy 2>/dev/null)
}
complete -o nosort -F _argosy argosy
"""
ZSH = """\
#compdef argosy
_argosy() {
    local kind word text
    local -a plain described
    while IFS= read -r kind && IFS= read -r word && IFS= read -r text; do
        if [[ $kind == file ]]; then
            _path_files -f
        elif [[ $kind == dir ]]; then
            _path_files -/
        elif [[ $text == _ ]]; then
            plain+=("$word")
        else
            described+=("${word//:/\\\\:}:$text")
        fi
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) _ARGOSY_COMPLETE=zsh_complete argosy 2>/dev/null)
    (($#described)) && _describe -V argosy described -U
    (($#plain)) && compadd -U -V argosy -a plain
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _argosy "$@"
else
    compdef _argosy argosy
fi
"""
FISH = """\
function _argosy
    set -lx COMP_WORDS (commandline -cp)
    set -lx COMP_CWORD (commandline -t)
    set -lx _ARGOSY_COMPLETE fish_complete
    for line in (argosy 2>/dev/null)
        set -l part (string split -m 1 , $line)
        switch $part[1]
            case file
                __fish_complete_path $part[2]
            case dir
                __fish_complete_directories $part[2]
            case plain
                echo $part[2]
        end
    end
end
complete --no-files --command argosy --arguments '(_argosy)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@verb()
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
def command(shell: str) -> int:
    """Show the code that lets a shell complete arguments.

    \b
    bash:  source <(argosy completion bash)       # in ~/.bashrc
    zsh:   argosy completion zsh > "${fpath[1]}/_argosy"
    fish:  argosy completion fish > ~/.config/fish/completions/argosy.fish
    """
    click.echo(SCRIPTS[shell], nl=False)
    return 0
