"""Logging in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from digitizer.review import strings
from digitizer.review.access import COOKIE, Anyone, AppStateHere, fits
from digitizer.review.rendering import page
from digitizer.store.people import HOURS, begin_session, end_session, find_user

router = APIRouter(include_in_schema=False)


def login_path(wanted: str) -> str:
    """Where to log in and then go on to a path of this server."""
    return f"/login?then={quote(_within(wanted), safe='/')}"


@router.get("/login")
def show(request: Request, then: str = "/") -> Response:
    """The form."""
    return page(request, "login.html", None, then=_within(then), message="")


@router.post("/login")
def log_in(
    request: Request,
    app_state: AppStateHere,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    then: Annotated[str, Form(max_length=1000)] = "/",
) -> Response:
    """Checks name and password; a cookie that no script can read is the answer."""
    login_throttle, place = request.app.state.login_throttle, request.client.host if request.client else ""
    callers = (f"name {name}", f"address {place}")
    if login_throttle.refuses(*callers):
        return page(request, "login.html", None, 429, then=_within(then), message=strings.LOGIN_SLOW)
    with app_state.store.reading() as connection:
        user = find_user(connection, name)
    # Checked whether or not there is such a user, so that the time taken does not tell which names there are.
    right = fits(user.password if user is not None and user.active else None, password)
    if user is None or not right:
        login_throttle.failed(*callers)
        return page(request, "login.html", None, 401, then=_within(then), message=strings.LOGIN_WRONG)
    with app_state.store.writing() as connection:
        key = begin_session(connection, user)
    answer = RedirectResponse(_within(then), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, key, max_age=3600 * HOURS, httponly=True, samesite="strict", secure=secure)
    return answer


@router.post("/logout")
def log_out(request: Request, app_state: AppStateHere, who: Anyone) -> Response:
    """Ends the session."""
    with app_state.store.writing() as connection:
        end_session(connection, request.cookies.get(COOKIE, ""))
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _within(path: str) -> str:
    """A path of this server; the start where it would lead elsewhere."""
    plain = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if plain else "/"
